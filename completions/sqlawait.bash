# bash completion of sqlawait; made by tools/dev/completions.py
_sqlawait() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= word
    COMPREPLY=()
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in migrate|check|report|explain|rules) command=$word; break ;; esac
    done
    case $command:$previous in
    *:--root) COMPREPLY=($(compgen -d -- "$current")); return ;;
    *:--config) COMPREPLY=($(compgen -f -- "$current")); return ;;
    *:-j|*:--jobs) return ;;
    *:--color) COMPREPLY=($(compgen -W 'auto always never' -- "$current")); return ;;
    *:--print) return ;;
    *:--stop-after) return ;;
    migrate:--only) COMPREPLY=($(compgen -f -- "$current")); return ;;
    migrate:--exclude) COMPREPLY=($(compgen -f -- "$current")); return ;;
    migrate:--output) COMPREPLY=($(compgen -f -- "$current")); return ;;
    migrate:--series) COMPREPLY=($(compgen -d -- "$current")); return ;;
    migrate:--stage) COMPREPLY=($(compgen -W 'select loads async clean all' -- "$current")); return ;;
    migrate:--strategy) COMPREPLY=($(compgen -W 'replace twin' -- "$current")); return ;;
    migrate:--form) COMPREPLY=($(compgen -W 'statement expression' -- "$current")); return ;;
    migrate:--driver) COMPREPLY=($(compgen -W 'asyncpg psycopg aiosqlite aiomysql asyncmy' -- "$current")); return ;;
    migrate:--safety) COMPREPLY=($(compgen -W 'safe suggested' -- "$current")); return ;;
    migrate:--trace) COMPREPLY=($(compgen -f -- "$current")); return ;;
    migrate:--feature-flag) return ;;
    check:--only) COMPREPLY=($(compgen -f -- "$current")); return ;;
    check:--exclude) COMPREPLY=($(compgen -f -- "$current")); return ;;
    check:--max) return ;;
    check:--baseline) COMPREPLY=($(compgen -f -- "$current")); return ;;
    check:--since) return ;;
    check:--format) COMPREPLY=($(compgen -W 'text json github gitlab sarif' -- "$current")); return ;;
    check:--stdin-filename) COMPREPLY=($(compgen -f -- "$current")); return ;;
    report:--only) COMPREPLY=($(compgen -f -- "$current")); return ;;
    report:--exclude) COMPREPLY=($(compgen -f -- "$current")); return ;;
    report:--format) COMPREPLY=($(compgen -W 'markdown json html text' -- "$current")); return ;;
    report:--output) COMPREPLY=($(compgen -f -- "$current")); return ;;
    report:--merge) COMPREPLY=($(compgen -f -- "$current")); return ;;
    esac
    if [[ $current == -* ]]; then
        case $command in
        migrate) COMPREPLY=($(compgen -W '-h --help --only --exclude --write --allow-dirty --output --series --stage --strategy --form --driver --safety --proof --trace --feature-flag --version -h --help --root --config -j --jobs -q --quiet -v --verbose --color --print --stop-after --timings' -- "$current")) ;;
        check) COMPREPLY=($(compgen -W '-h --help --only --exclude --max --baseline --update-baseline --include-kept --since --format --stdin-filename --version -h --help --root --config -j --jobs -q --quiet -v --verbose --color --print --stop-after --timings' -- "$current")) ;;
        report) COMPREPLY=($(compgen -W '-h --help --only --exclude --format --output --merge --version -h --help --root --config -j --jobs -q --quiet -v --verbose --color --print --stop-after --timings' -- "$current")) ;;
        explain) COMPREPLY=($(compgen -W '-h --help --version -h --help --root --config -j --jobs -q --quiet -v --verbose --color --print --stop-after --timings' -- "$current")) ;;
        rules) COMPREPLY=($(compgen -W '-h --help --version -h --help --root --config -j --jobs -q --quiet -v --verbose --color --print --stop-after --timings' -- "$current")) ;;
        *) COMPREPLY=($(compgen -W '--version -h --help --root --config -j --jobs -q --quiet -v --verbose --color --print --stop-after --timings' -- "$current")) ;;
        esac
    elif [[ -z $command ]]; then
        COMPREPLY=($(compgen -W 'migrate check report explain rules' -- "$current"))
    else
        COMPREPLY=($(compgen -f -- "$current"))
    fi
}
complete -o filenames -F _sqlawait sqlawait
