#!/usr/bin/env bash
# Holds the grammar printed in GRAMMAR.md to parser.y, alternative by alternative:
#   grammar_rules.sh GRAMMAR_FOLDER
# Left out of parser.y are actions, precedences, and the alternatives for damaged text (those with
# `error` or `broken`); the layout filter's tokens for a body's braces are written as braces.
set -euo pipefail
cd "$1"

# One line for each alternative, "rule: symbols", from rules written as in bison without semicolons.
alternatives() {
    awk '
    function put() { if (rule != "" && have) print rule ":" line; line = ""; have = 0 }
    {
        n = split($0, word, /[ \t]+/)
        for (i = 1; i <= n; i++) {
            w = word[i]
            if (w == "" || w == ";") continue
            if (word[i + 1] == ":" && w ~ /^[a-z]+$/) { put(); rule = w; have = 1; i++; continue }
            if (w == "|") { put(); have = 1; continue }
            if (w == "%prec") { i++; continue }
            line = line " " w
        }
    }
    END { put() }' | sort
}

# The rules of parser.y without actions, which are braces outside of quotes, nested.
rules() {
    sed '1,/^%%$/d; /^%%$/,$d' parser.y | awk '
    {
        text = ""
        for (i = 1; i <= length($0); i++) {
            c = substr($0, i, 1)
            quoted = substr($0, i, 3)
            if (depth == 0 && quoted ~ /^\047.\047$/) { text = text quoted; i += 2; continue }
            if (c == "{") { depth++; continue }
            if (c == "}") { depth--; continue }
            if (depth == 0) text = text c
        }
        print text
    }' | sed "s/BODY_BEGIN/'{'/; s/BODY_END/'}'/"
}

printed=$(sed -n '/^```grammar$/,/^```$/p' GRAMMAR.md | sed '/^```/d' | alternatives)
accepted=$(rules | alternatives | grep -vE '^broken:| error( |$)| broken( |$)')
if ! diff <(echo "$printed") <(echo "$accepted"); then
    echo "GRAMMAR.md (<) and parser.y (>) differ"
    exit 1
fi
echo "$(wc -l <<<"$printed") alternatives agree"
