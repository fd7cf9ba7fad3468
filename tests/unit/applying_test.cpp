#include "analysis/project/decoding.h"
#include "rewriters/applying/applying.h"
#include "tests/unit/temporary_folder.h"

#include <gtest/gtest.h>

namespace sqlawait {
namespace {

AppliedEdits apply(const std::string& bytes, const std::vector<TextEdit>& edits) {
    return apply_edits(decode_source("a.py", bytes), edits);
}

TEST(Applying, nothing_to_do_keeps_every_byte) {
    for (const std::string& bytes : {std::string(""), std::string("\xEF\xBB\xBFx\r\n\ty\r"), std::string("x")}) {
        EXPECT_EQ(apply(bytes, {}).bytes, bytes);
        EXPECT_EQ(file_bytes(decode_source("a.py", bytes)), bytes);
    }
}

TEST(Applying, edits_at_one_offset_follow_the_list) {
    EXPECT_EQ(
        apply("abc", {{{1, 1}, "1"}, {{1, 1}, "2"}, {{1, 2}, "B"}, {{2, 2}, "3"}, {{2, 3}, "C"}, {{3, 3}, "4"}}).bytes,
        "a12B3C4");
    EXPECT_EQ(apply("abc", {{{0, 0}, "x"}, {{0, 0}, "x"}}).bytes, "xxabc");
    EXPECT_EQ(apply("", {{{0, 0}, "x\n"}}).bytes, "x\n");
}

TEST(Applying, inserted_lines_end_as_the_file_does) {
    EXPECT_EQ(apply("a\r\nb\r\n", {{{3, 3}, "x\ny\r\n"}}).bytes, "a\r\nx\r\ny\r\nb\r\n");
    EXPECT_EQ(apply("a\rb\r", {{{2, 2}, "x\n"}}).bytes, "a\rx\rb\r");
    EXPECT_EQ(apply("\xEF\xBB\xBF"
                    "a\n",
                    {{{0, 1}, "b"}})
                  .bytes,
              "\xEF\xBB\xBF"
              "b\n");
}

TEST(Applying, overlaps_name_both_edits) {
    const std::string error = apply("abc\ndef\n", {{{0, 5}, "first"}, {{4, 6}, "second"}}).error;
    EXPECT_PRED2(mentions, error, "a.py: edits that overlap");
    EXPECT_PRED2(mentions, error, "1:1-2:2 -> \"first\"");
    EXPECT_PRED2(mentions, error, "2:1-2:3 -> \"second\"");
    EXPECT_PRED2(mentions, apply("abc", {{{0, 3}, ""}, {{1, 1}, "x"}}).error, "overlap");
    EXPECT_PRED2(mentions, apply("abc", {{{0, 1}, "x"}, {{0, 1}, "x"}}).error, "overlap");
}

TEST(Applying, other_mistakes_are_errors) {
    EXPECT_PRED2(mentions, apply("abc", {{{2, 3}, ""}, {{0, 1}, ""}}).error, "out of order");
    EXPECT_PRED2(mentions, apply("abc", {{{2, 9}, ""}}).error, "outside of the text");
    EXPECT_PRED2(mentions, apply("x\xC3\xA9", {{{2, 2}, "y"}}).error, "cuts a character");
    EXPECT_PRED2(mentions, apply("# coding: latin-1\n", {{{18, 18}, "x = '\xC3\xA9'\n"}}).error, "encoding");
    EXPECT_EQ(apply("# coding: latin-1\n", {{{18, 18}, "x = 1\n"}}).bytes, "# coding: latin-1\nx = 1\n");
}

} // namespace
} // namespace sqlawait
