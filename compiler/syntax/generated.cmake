# Scanner and parser of grammar/, generated for room syntax and seen by it alone.
set(generated ${CMAKE_CURRENT_BINARY_DIR}/syntax/generated)
file(MAKE_DIRECTORY ${generated})
bison_target(grammar ${CMAKE_SOURCE_DIR}/grammar/parser.y ${generated}/parser.c
  DEFINES_FILE ${generated}/parser.h
  COMPILE_FLAGS "-Wall -Wcounterexamples -Werror")
flex_target(lexer ${CMAKE_SOURCE_DIR}/grammar/lexer.l ${generated}/lexer.c)
add_flex_bison_dependency(lexer grammar)
target_sources(syntax PRIVATE ${BISON_grammar_OUTPUTS} ${FLEX_lexer_OUTPUTS})
target_include_directories(syntax PRIVATE ${generated})
# flex makes functions that nobody calls, and compares int with size_t.
set_source_files_properties(${generated}/lexer.c PROPERTIES COMPILE_OPTIONS
  "-Wno-missing-prototypes;-Wno-sign-compare;-Wno-unused-function;-Wno-unused-parameter")
# bison counts its errors, and nobody reads the number.
set_source_files_properties(${generated}/parser.c PROPERTIES COMPILE_OPTIONS
  "-Wno-unused-but-set-variable")
