#!/usr/bin/env bash
# Holds the rooms to their rules: include_rules.sh SOURCE RULES CC [FLAG...]
# RULES is "room:room,room room:..." as the link lines say. A file of compiler/ROOM may include only
# the rooms of its rule; LLVM is seen by codegen alone; every header compiles by itself.
set -euo pipefail
source=$1 rules=$2
shift 2
failed=0
fail() { echo "$*"; failed=1; }

# check_room ROOT ROOM ALLOWED: prints each include that breaks a rule.
check_room() {
    local root=$1 room=$2 allowed=",$3," file line included
    for file in "$root/$room"/*.[ch]; do
        [ -e "$file" ] || continue
        while IFS=: read -r line included; do
            [[ $included =~ \"([a-z_]+)/ ]] || continue
            [[ $allowed == *",${BASH_REMATCH[1]},"* ]] ||
                echo "$file:$line: $room may not include ${BASH_REMATCH[1]}"
        done < <(grep -nE '^[[:space:]]*#[[:space:]]*include' "$file" || true)
        [ "$room" = codegen ] || grep -nHE '#[[:space:]]*include[[:space:]]*<llvm' "$file" || true
    done
}

rooms=0
for rule in $rules; do
    broken=$(check_room "$source/compiler" "${rule%%:*}" "${rule#*:}")
    [ -z "$broken" ] || fail "$broken"
    rooms=$((rooms + 1))
done
[ "$rooms" -ge 13 ] || fail "only $rooms rooms have a rule"

# Every folder of C code in compiler/ has a rule.
for folder in "$source"/compiler/*/; do
    room=$(basename "$folder")
    compgen -G "$folder*.[ch]" >/dev/null || continue
    [[ " $rules" == *" $room:"* ]] || fail "compiler/$room has no rule"
done

# The check finds what it is for.
trial=$(mktemp -d)
trap 'rm -rf "$trial"' EXIT
mkdir "$trial/graph"
printf '#include "%s"\n' base/text.h sema/sema.h >"$trial/graph/bad.c"
printf '#include <llvm-c/Core.h>\n' >>"$trial/graph/bad.c"
[ "$(check_room "$trial" graph graph,base | wc -l)" -eq 2 ] || fail "the check is blind"

for header in "$source"/compiler/*/*.h "$source"/runtime/include/*.h; do
    [ -e "$header" ] || continue
    printf '#include "%s"\n' "$header" >"$trial/alone.c"
    "$@" -fsyntax-only -I"$source/compiler" -I"$source/runtime/include" "$trial/alone.c" ||
        fail "$header does not compile alone"
done
exit $failed
