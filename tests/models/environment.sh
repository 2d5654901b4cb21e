# What scripts share that take packages from the index of Python: `. tests/models/environment.sh`.

# python_with FOLDER [REQUIREMENTS.txt]: makes an environment there, with pip and these packages.
python_with() {
    [ ! -e "$1/complete" ] || return 0
    /usr/bin/python3 -m venv --clear "$1" &&
        { [ -z "${2-}" ] || "$1/bin/pip" --quiet --disable-pip-version-check install -r "$2"; } &&
        touch "$1/complete"
}

# skip_without_index FOLDER WHAT: ends a test, as skipped, if the index does not answer within seconds.
skip_without_index() {
    local words
    words=$(timeout 15 "$1/bin/pip" --disable-pip-version-check --retries 0 --timeout 5 \
        index versions pip 2>&1) && return
    echo "SKIPPED: $2 comes from the index of Python packages, which does not answer:"
    grep -v WARNING <<<"$words"
    exit 77
}

# or_skip WHAT COMMAND...: runs what fetches from the index, and ends a test, as skipped, if it cannot.
or_skip() {
    local what=$1 words
    shift
    words=$("$@" 2>&1) && return
    echo "SKIPPED: $what could not be fetched from the index of Python packages:"
    tail -n 5 <<<"$words"
    exit 77
}
