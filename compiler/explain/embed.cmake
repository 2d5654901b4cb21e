# Writes the pages of FOLDER as a table of C strings, and the library LIBRARY as one:
#     cmake -DFOLDER=... -DLIBRARY=... -DOUT=... -P embed.cmake
# One row a page, by group and name: {"codes", "N0301", "text", bytes}. Bytes are written as \xNN, so
# that no page can hold what would have to be escaped.
set(text "/* Written by embed.cmake from explain/pages. */\n#include \"explain/page.h\"\n\n")
string(APPEND text "const PageSource page_sources[] = {\n")
set(count 0)
foreach(group codes relationships layers std)
  file(GLOB pages ${FOLDER}/${group}/*.md)
  list(SORT pages)
  foreach(page ${pages})
    get_filename_component(name ${page} NAME_WE)
    file(READ ${page} hex HEX)
    string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${hex}")
    file(SIZE ${page} size)
    string(APPEND text "    {\"${group}\", \"${name}\", \"${bytes}\", ${size}},\n")
    math(EXPR count "${count} + 1")
  endforeach()
endforeach()
string(APPEND text "    {NULL, NULL, NULL, 0}};\nconst size_t n_page_sources = ${count};\n")
file(READ ${LIBRARY} hex HEX)
string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${hex}")
string(APPEND text "const char library_source[] = \"${bytes}\";\n")
file(WRITE ${OUT} "${text}")
