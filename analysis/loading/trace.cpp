#include "analysis/loading/trace.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

#include <optional>

namespace sqlawait {

namespace {

namespace json = llvm::json;

constexpr std::int64_t version = 1;

std::string text(const json::Object& object, llvm::StringRef key) { return object.getString(key).value_or("").str(); }

RecordedPlace place(const json::Object* object) {
    if (object == nullptr)
        return {};
    const std::int64_t line = object->getInteger("line").value_or(0);
    return {text(*object, "path"), line > 0 ? static_cast<unsigned>(line) : 0};
}

std::optional<RecordedLoad> load(const json::Value& value) {
    const json::Object* object = value.getAsObject();
    const json::Array* steps = object == nullptr ? nullptr : object->getArray("steps");
    if (steps == nullptr || steps->empty())
        return std::nullopt;
    RecordedLoad out;
    out.origin = place(object->getObject("origin"));
    out.read = place(object->getObject("read"));
    out.count = static_cast<unsigned>(object->getInteger("count").value_or(1));
    for (const json::Value& one : *steps) {
        const json::Object* step = one.getAsObject();
        if (step == nullptr)
            return std::nullopt;
        out.steps.push_back({text(*step, "model"), text(*step, "relationship")});
    }
    return out;
}

} // namespace

std::string RecordedLoad::text() const {
    std::string out = llvm::StringRef(steps.front().model).rsplit('.').second.str();
    for (const Step& step : steps)
        out += "." + step.relationship;
    return out;
}

Trace parse_trace(llvm::StringRef name, llvm::StringRef text) {
    Trace out;
    llvm::Expected<json::Value> parsed = json::parse(text);
    if (!parsed) {
        out.error = name.str() + ": " + llvm::toString(parsed.takeError());
        return out;
    }
    const json::Object* object = parsed->getAsObject();
    const json::Array* loads = object == nullptr ? nullptr : object->getArray("loads");
    if (loads == nullptr || object->getInteger("version") != version) {
        out.error = name.str() + ": not a trace of `pytest --sqlawait-trace` that this version reads";
        return out;
    }
    for (const json::Value& one : *loads) {
        std::optional<RecordedLoad> recorded = load(one);
        if (!recorded) {
            out.error = name.str() + ": a load without steps";
            return out;
        }
        out.loads.push_back(std::move(*recorded));
    }
    return out;
}

Trace read_trace(llvm::StringRef path) {
    auto file = llvm::MemoryBuffer::getFile(path);
    if (!file)
        return {{}, path.str() + ": " + file.getError().message()};
    return parse_trace(path, (*file)->getBuffer());
}

} // namespace sqlawait
