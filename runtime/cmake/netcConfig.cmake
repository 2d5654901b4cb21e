# find_package(netc): netc::netc is the compiler, netc::runtime the library of netc_runtime.h, and
#
#     netc_add_network(TARGET FILE.net [PREFIX NAME] [OPTIONS OPTION...])
#
# makes a static library TARGET of a network. What links it can include FILE.h (NAME.h with PREFIX).
# OPTIONS go to `netc build`: --cpu=x86-64-v4, --math=fast ... The object is built again when the
# network, a file it imports, its weights or netc itself are newer. When CMake compiles for another
# system, so does netc; another --target in OPTIONS wins.
cmake_minimum_required(VERSION 3.20)
include(CMakeFindDependencyMacro)
find_dependency(Threads)
include(${CMAKE_CURRENT_LIST_DIR}/netcTargets.cmake)

# The --target of the system that CMake compiles for; empty for netc's own default.
function(netc_target_option out)
  set(option "")
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64|ARM64)$")
    if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
      set(option --target=aarch64-linux-gnu)
    elseif(APPLE)
      set(option --target=arm64-apple-darwin)
    endif()
  elseif(WIN32)
    set(option --target=x86_64-pc-windows-msvc)
  endif()
  set(${out} ${option} PARENT_SCOPE)
endfunction()

function(netc_add_network target file)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "PREFIX" "OPTIONS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "netc_add_network: unknown argument ${arg_UNPARSED_ARGUMENTS}")
  endif()
  cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
  cmake_path(GET file STEM LAST_ONLY name)
  netc_target_option(options)
  if(arg_PREFIX)
    set(name ${arg_PREFIX})
    list(APPEND options --prefix=${arg_PREFIX})
  endif()
  list(APPEND options ${arg_OPTIONS})

  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target}.netc)
  file(MAKE_DIRECTORY ${folder})
  set(object ${folder}/${name}${CMAKE_C_OUTPUT_EXTENSION})
  set(weights "")
  if("--weights=extern" IN_LIST options)
    set(weights ${folder}/${name}.weights)
    list(APPEND options --weights-file=${weights})
  endif()
  get_target_property(netc netc::netc LOCATION)
  cmake_path(GET netc PARENT_PATH bin)
  add_custom_command(
    OUTPUT ${object} ${folder}/${name}.h ${weights}
    COMMAND ${netc} build ${file} -o ${object} --header ${folder}/${name}.h
            --depfile ${folder}/${name}.d ${options}
    DEPENDS ${file} ${netc} ${bin}/../libexec/netc/netc-backend
    DEPFILE ${folder}/${name}.d
    COMMENT "Compiling the network ${name}"
    VERBATIM)
  add_library(${target} STATIC ${object} ${folder}/${name}.h)
  set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE C)
  target_include_directories(${target} INTERFACE ${folder})
endfunction()
