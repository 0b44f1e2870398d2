# Writes OUTPUT, a C++ source with the text of FILES for app/api/web_files.h.
set(entries "")
foreach(file ${FILES})
    file(READ ${file} text)
    file(RELATIVE_PATH name ${CMAKE_CURRENT_LIST_DIR} ${file})
    # A string literal may be 64 KiB long, says the standard; a delimiter that no page of ours holds.
    string(APPEND entries "    {\"${name}\", R\"__why401__(${text})__why401__\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Generated from app/web by app/web/embed.cmake.
#include \"app/api/web_files.h\"

namespace why401::api {

static constexpr WebFile kWebFiles[] = {
${entries}};

std::span<const WebFile> web_files() { return kWebFiles; }

std::string_view web_file(std::string_view name) {
    for (const WebFile& file : kWebFiles)
        if (file.name == name) return file.text;
    return {};
}

}  // namespace why401::api
")
