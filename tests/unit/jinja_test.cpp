#include "analysis/loading/jinja.h"

#include <gtest/gtest.h>

namespace sqlawait::jinja {
namespace {

using Part = Expression::Kind;
using Head = Statement::Kind;

TEST(Jinja, TextCommentsAndRawBlocksSayNothing) {
    EXPECT_TRUE(parse("a { b } {# {{ c }} #} {% raw %}{{ d }}{% for %}{% endraw %}").empty());
}

TEST(Jinja, PathsThroughAttributesSubscriptsAndCalls) {
    const auto made = parse("{{ book['author'].books[0].show(1, wide=x) }}");
    ASSERT_EQ(made.size(), 1U);
    const Expression& call = made[0].value;
    ASSERT_EQ(call.kind, Part::call);
    ASSERT_EQ(call.keywords.size(), 1U);
    EXPECT_EQ(call.keywords[0].name, "wide");
    const Expression& show = call.parts[0];
    EXPECT_EQ(show.text, "show");
    EXPECT_EQ(show.parts[0].kind, Part::element);
    EXPECT_EQ(show.parts[0].parts[0].text, "books");
    EXPECT_EQ(show.parts[0].parts[0].parts[0].text, "author");
    EXPECT_EQ(show.parts[0].parts[0].parts[0].parts[0].text, "book");
}

TEST(Jinja, LoopsHoldTheirBodyAndCondition) {
    const auto made =
        parse("{%- for key, book in books.items() if book.author -%}{{ book.title }}{% else %}-{% endfor %}x{{ y }}");
    ASSERT_EQ(made.size(), 2U);
    EXPECT_EQ(made[0].kind, Head::loop);
    EXPECT_EQ(made[0].targets, (std::vector<std::string>{"key", "book"}));
    ASSERT_EQ(made[0].body.size(), 2U);
    EXPECT_EQ(made[0].body[0].value.text, "author");
    EXPECT_EQ(made[0].body[1].value.text, "title");
    EXPECT_EQ(made[1].value.text, "y");
}

TEST(Jinja, FiltersKeepTheirArguments) {
    const auto made = parse("{{ books | map(attribute='author.name') | join(', ') }}");
    ASSERT_EQ(made.size(), 1U);
    EXPECT_EQ(made[0].value.text, "join");
    const Expression& map = made[0].value.parts[0];
    EXPECT_EQ(map.text, "map");
    ASSERT_EQ(map.keywords.size(), 1U);
    EXPECT_EQ(map.keywords[0].value.text, "author.name");
}

TEST(Jinja, MacrosImportsAndBlocks) {
    const auto made = parse("{% extends 'base.html' %}{% from 'm.html' import card as show, line %}"
                            "{% macro m(a, b=1) %}{{ a.x }}{% endmacro %}{% block c %}{{ super() }}{% endblock c %}");
    ASSERT_EQ(made.size(), 4U);
    EXPECT_EQ(made[0].value.text, "base.html");
    EXPECT_EQ(made[1].imported, (std::vector<std::pair<std::string, std::string>>{{"card", "show"}, {"line", "line"}}));
    EXPECT_EQ(made[2].targets, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(made[2].body.size(), 1U);
    EXPECT_EQ(made[3].name, "c");
}

TEST(Jinja, MarksInsideOfStringsEndNothing) {
    const auto made = parse("{{ '}}' ~ book.title }}{{ \"%}\" }}");
    ASSERT_EQ(made.size(), 2U);
    EXPECT_EQ(made[0].value.parts[1].text, "title");
}

TEST(Jinja, WhatDoesNotEndIsReadAsFarAsItGoes) {
    EXPECT_EQ(parse("{{ a }}{% for x in").size(), 1U);
    EXPECT_EQ(parse("{{ a( }}{% endfor %}{{ b ) ] }}").size(), 2U);
    (void)parse("{{ " + std::string(100000, '(') + " }}");
    std::string nested;
    for (int i = 0; i < 10000; ++i)
        nested += "{% if x %}";
    (void)parse(nested);
}

} // namespace
} // namespace sqlawait::jinja
