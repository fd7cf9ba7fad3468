#include "analysis/project/decoding.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/ConvertUTF.h"

#include <algorithm>
#include <cerrno>
#include <iconv.h>
#include <optional>

namespace sqlawait {

namespace {

constexpr llvm::StringLiteral utf8_mark = "\xEF\xBB\xBF";

bool is_ascii(llvm::StringRef bytes) {
    return llvm::all_of(bytes, [](char c) { return llvm::isASCII(c); });
}

/// The offset of the first byte that is not UTF-8 as Python reads it (no surrogates, no overlong forms).
std::optional<std::size_t> first_invalid_utf8(llvm::StringRef bytes) {
    const auto* at = reinterpret_cast<const llvm::UTF8*>(bytes.data());
    const llvm::UTF8* const begin = at;
    if (llvm::isLegalUTF8String(&at, begin + bytes.size()))
        return std::nullopt;
    return static_cast<std::size_t>(at - begin);
}

std::string python_name(llvm::StringRef declared) {
    std::string name = declared.lower();
    std::replace(name.begin(), name.end(), '_', '-');
    return name;
}

/// Python's names for encodings are many; iconv's are few. Takes a name in lower case with '-'.
std::string iconv_name(llvm::StringRef python) {
    const llvm::StringRef known =
        llvm::StringSwitch<llvm::StringRef>(python)
            .Cases("latin-1", "latin1", "latin", "l1", "iso-latin-1", "8859", "cp819", "ISO-8859-1")
            .Cases("iso8859-1", "iso-8859-1-unix", "iso-ir-100", "ISO-8859-1")
            .Cases("latin-2", "latin2", "l2", "iso8859-2", "ISO-8859-2")
            .Cases("latin-9", "latin9", "l9", "iso8859-15", "ISO-8859-15")
            .Cases("cyrillic", "iso8859-5", "ISO-8859-5")
            .Cases("mac-roman", "macroman", "macintosh", "MACINTOSH")
            .Cases("sjis", "s-jis", "shift-jis", "shiftjis", "SHIFT_JIS")
            .Cases("ms932", "mskanji", "ms-kanji", "CP932")
            .Cases("eucjp", "ujis", "u-jis", "EUC-JP")
            .Cases("euckr", "korean", "EUC-KR")
            .Cases("chinese", "euc-cn", "euccn", "GB2312")
            .Cases("936", "ms936", "cp936", "GBK")
            .Cases("big5-tw", "csbig5", "BIG5")
            .Cases("us-ascii", "646", "ASCII")
            .Default("");
    if (!known.empty())
        return known.str();
    if (python.starts_with("windows-"))
        return "CP" + python.drop_front(8).str();
    return python.upper();
}

bool names_utf8(llvm::StringRef python) {
    return python == "utf-8" || python == "utf8" || python == "u8" || python == "utf" || python == "cp65001" ||
           python.starts_with("utf-8-");
}

/// Encodings in which ASCII text has the same bytes as in UTF-8, so that a file of ASCII alone can be edited.
bool keeps_ascii(llvm::StringRef iconv) {
    return iconv == "ASCII" || iconv.starts_with("ISO-8859-") || iconv.starts_with("CP125") ||
           iconv.starts_with("KOI8-") || iconv.starts_with("EUC-") || iconv == "MACINTOSH" || iconv == "GBK" ||
           iconv == "GB2312" || iconv == "GB18030" || iconv == "BIG5";
}

class Converter {
  public:
    explicit Converter(const std::string& from) : handle_(iconv_open("UTF-8", from.c_str())) {}
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;
    ~Converter() {
        if (known())
            iconv_close(handle_);
    }

    [[nodiscard]] bool known() const {
        return handle_ != reinterpret_cast<iconv_t>(-1); // NOLINT: that is how iconv says so
    }

    /// No text when some byte has no meaning in the encoding.
    [[nodiscard]] std::optional<std::string> convert(std::string bytes) {
        std::string text;
        char buffer[4096];
        char* in = bytes.data();
        std::size_t in_left = bytes.size();
        while (in_left > 0) {
            char* out = buffer;
            std::size_t out_left = sizeof buffer;
            const std::size_t done = iconv(handle_, &in, &in_left, &out, &out_left);
            text.append(buffer, sizeof buffer - out_left);
            if (done == static_cast<std::size_t>(-1) && errno != E2BIG)
                return std::nullopt;
        }
        return text;
    }

  private:
    iconv_t handle_;
};

SourceText refuse(std::string path, std::string text, std::string reason) {
    SourceText source = make_source(std::move(path), std::move(text));
    source.read_only_reason = std::move(reason);
    return source;
}

SourceText decode_utf8(std::string path, std::string bytes) {
    if (const std::optional<std::size_t> invalid = first_invalid_utf8(bytes)) {
        const LineColumn place = LineIndex(bytes).at(static_cast<Offset>(*invalid));
        const auto byte = static_cast<unsigned char>(bytes[*invalid]);
        return refuse(std::move(path), "",
                      "byte 0x" + llvm::utohexstr(byte, /*LowerCase=*/true) + " at line " + std::to_string(place.line) +
                          ", column " + std::to_string(place.column) +
                          " is not UTF-8, and no coding line says what it is");
    }
    return make_source(std::move(path), std::move(bytes));
}

SourceText decode_utf16(std::string path, const std::string& bytes) {
    std::string text;
    if (bytes.size() % 2 != 0 ||
        !llvm::convertUTF16ToUTF8String(llvm::ArrayRef<char>(bytes.data(), bytes.size()), text))
        return refuse(std::move(path), "", "starts like UTF-16 and is not; Python reads neither");
    if (text.find('\0') != std::string::npos)
        text.clear();
    return refuse(std::move(path), std::move(text), "is UTF-16, which Python does not read; save it as UTF-8");
}

SourceText decode_declared(std::string path, std::string bytes, llvm::StringRef declared) {
    const std::string python = python_name(declared);
    if (names_utf8(python))
        return decode_utf8(std::move(path), std::move(bytes));
    const std::string name = declared.str(); // `declared` points into `bytes`
    const std::string from = iconv_name(python);
    if (is_ascii(bytes) && keeps_ascii(from))
        return make_source(std::move(path), std::move(bytes));
    Converter converter(from);
    if (!converter.known())
        return refuse(std::move(path), "", "the coding line names '" + name + "', an encoding that is not known");
    std::optional<std::string> text = converter.convert(std::move(bytes));
    if (!text)
        return refuse(std::move(path), "", "is not in the encoding '" + name + "' that its coding line names");
    return refuse(std::move(path), std::move(*text), "is in the encoding '" + name + "'; only UTF-8 files are edited");
}

} // namespace

llvm::StringRef coding_line(llvm::StringRef bytes) {
    // PEP 263: ^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+), the second line only below a blank or comment line.
    for (int line_number = 0; line_number < 2; ++line_number) {
        llvm::StringRef line = bytes.take_until([](char c) { return c == '\n' || c == '\r'; });
        bytes = bytes.drop_front(line.size());
        if (!bytes.consume_front("\r\n"))
            bytes = bytes.drop_front(bytes.empty() ? 0 : 1);
        line = line.ltrim(" \t\f");
        if (line.empty())
            continue;
        if (line.front() != '#')
            break;
        for (std::size_t at = line.find("coding"); at != llvm::StringRef::npos; at = line.find("coding", at + 1)) {
            llvm::StringRef rest = line.drop_front(at + 6);
            if (!rest.consume_front(":") && !rest.consume_front("="))
                continue;
            const llvm::StringRef name = rest.ltrim(" \t").take_while(
                [](char c) { return llvm::isAlnum(c) || c == '-' || c == '_' || c == '.'; });
            if (!name.empty())
                return name;
        }
    }
    return {};
}

SourceText decode_source(std::string path, std::string bytes) {
    const llvm::StringRef view = bytes;
    if (view.starts_with("\xFF\xFE") || view.starts_with("\xFE\xFF"))
        return decode_utf16(std::move(path), bytes);
    if (const std::size_t nul = view.find('\0'); nul != llvm::StringRef::npos) {
        const LineColumn place = LineIndex(bytes).at(static_cast<Offset>(nul));
        return refuse(std::move(path), "",
                      "holds a NUL byte, at line " + std::to_string(place.line) + ", column " +
                          std::to_string(place.column));
    }
    if (!view.starts_with(utf8_mark)) {
        const llvm::StringRef declared = coding_line(bytes);
        return declared.empty() ? decode_utf8(std::move(path), std::move(bytes))
                                : decode_declared(std::move(path), std::move(bytes), declared);
    }
    bytes.erase(0, utf8_mark.size());
    const std::string declared = python_name(coding_line(bytes));
    SourceText source = decode_utf8(std::move(path), std::move(bytes));
    source.bom = true;
    if (!declared.empty() && !names_utf8(declared) && !source.read_only_reason)
        source.read_only_reason = "has a UTF-8 byte order mark and a coding line that says '" + declared + "'";
    return source;
}

} // namespace sqlawait
