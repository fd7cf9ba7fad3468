#!/usr/bin/env python3
"""Writes completions/ from what `sqlawait -h` and its commands' -h say.

    completions.py --tool build/release/sqlawait [--check]

With --check nothing is written; exit status 1 when a file is out of date.
"""
from __future__ import annotations

import argparse
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FILES = ("FILE", "DIR", "FILE...")


class Option:
    def __init__(self, names, value, text):
        self.names, self.value, self.text = names, value, text
        self.choices = choices_in(text) if value in ("NAME", "STAGE", "WHEN", "LEVEL") else []
        if "GLOB" == value or names[-1] == "--stdin-filename":
            self.value, self.choices = "FILE", []
        if names[-1] == "--feature-flag":
            self.choices = []


def choices_in(text):
    """`safe (default): ...; suggested: all` and `auto (default), always or never`, as words."""
    words = [part.split()[0].rstrip(":") for part in re.split(r"; |, | or ", text) if part.strip()]
    return [word for word in words if word != "default"]


def options_of(tool, *command):
    text = subprocess.run([tool, *command, "-h"], check=True, capture_output=True, text=True).stdout
    part = text.partition("\nOptions:\n")[2].partition("\n\n")[0]
    part = re.sub(r"\n {20,}", " ", part)  # a text that stands below its option
    for line in part.splitlines():
        found = re.match(r"  (-[-\w,]+)(?: ([A-Z][A-Z.]*))?(?: (?:Excludes|Needs): [-\w]+)*(?: \.\.\.)?\s+(.*)", line)
        yield Option(found[1].split(","), found[2], found[3])


def commands_of(tool):
    text = subprocess.run([tool, "-h"], check=True, capture_output=True, text=True).stdout
    for line in text.partition("\nCommands:\n")[2].partition("\n\n")[0].splitlines():
        name, words = line.split(None, 1)
        yield name, words


def words_of(options):
    return " ".join(name for option in options for name in option.names)


def bash(commands, common, own):
    values = {}
    for option in [*common, *(one for options in own.values() for one in options)]:
        for name in option.names:
            if option.choices:
                values.setdefault(name, set()).update(option.choices)
    lines = ["# bash completion of sqlawait; made by tools/dev/completions.py", "_sqlawait() {",
             "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= word",
             "    COMPREPLY=()",
             "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do",
             f"        case $word in {'|'.join(name for name, text in commands)}) command=$word; break ;; esac",
             "    done",
             "    case $command:$previous in"]
    for command, options in [("", common), *own.items()]:
        for option in options:
            pattern = "|".join(f"{'*' if not command else command}:{name}" for name in option.names)
            if option.choices:
                lines.append(f"    {pattern}) COMPREPLY=($(compgen -W '{' '.join(option.choices)}' -- \"$current\")); return ;;")
            elif option.value in FILES:
                flag = "-d" if option.value == "DIR" else "-f"
                lines.append(f"    {pattern}) COMPREPLY=($(compgen {flag} -- \"$current\")); return ;;")
            elif option.value:
                lines.append(f"    {pattern}) return ;;")
    lines += ["    esac", "    if [[ $current == -* ]]; then", "        case $command in"]
    for command, options in own.items():
        lines.append(f"        {command}) COMPREPLY=($(compgen -W '{words_of([*options, *common])}' -- \"$current\")) ;;")
    lines += [f"        *) COMPREPLY=($(compgen -W '{words_of(common)}' -- \"$current\")) ;;", "        esac",
              "    elif [[ -z $command ]]; then",
              f"        COMPREPLY=($(compgen -W '{' '.join(name for name, text in commands)}' -- \"$current\"))",
              "    else", "        COMPREPLY=($(compgen -f -- \"$current\"))", "    fi", "}",
              "complete -o filenames -F _sqlawait sqlawait", ""]
    return "\n".join(lines)


def zsh_option(option):
    text = option.text.replace("[", "(").replace("]", ")").replace(":", "\\:").replace("'", "'\\''")
    value = ""
    if option.choices:
        value = f":{option.value.lower()}:({' '.join(option.choices)})"
    elif option.value == "DIR":
        value = ":folder:_files -/"
    elif option.value in FILES:
        value = ":file:_files"
    elif option.value:
        value = f":{option.value.lower()}: "
    return [f"'{name}[{text}]{value}'" for name in option.names]


def zsh(commands, common, own):
    lines = ["#compdef sqlawait", "# made by tools/dev/completions.py", "_sqlawait() {", "    local context state state_descr line",
             "    local -a common commands", "    common=("]
    lines += [f"        {words}" for option in common for words in zsh_option(option)]
    lines += ["    )", "    commands=("]
    lines += ["        '{}:{}'".format(name, text.replace("'", "'\\''")) for name, text in commands]
    lines += ["    )", "    _arguments -C \"${common[@]}\" '1:command:->command' '*::argument:->argument'", "    case $state in",
              "    command) _describe command commands ;;", "    argument)", "        case $words[1] in"]
    for command, options in own.items():
        specs = " \\\n            ".join(words for option in options for words in zsh_option(option))
        lines.append(f"        {command}) _arguments \"${{common[@]}}\" \\\n            {specs} \\\n            '*:path:_files' ;;")
    lines += ["        esac ;;", "    esac", "}", "_sqlawait \"$@\"", ""]
    return "\n".join(lines)


def fish(commands, common, own):
    names = " ".join(name for name, text in commands)
    lines = ["# fish completion of sqlawait; made by tools/dev/completions.py"]

    def quoted(text):
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def add(option, condition):
        words = ["complete -c sqlawait"]
        if condition:
            words.append(f"-n '__fish_seen_subcommand_from {condition}'")
        for name in option.names:
            words.append(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}")
        if option.choices:
            words.append(f"-x -a {quoted(' '.join(option.choices))}")
        elif option.value:
            words.append("-r")
        lines.append(" ".join([*words, f"-d {quoted(option.text)}"]))
    for name, text in commands:
        lines.append(f"complete -c sqlawait -n 'not __fish_seen_subcommand_from {names}' -f -a {name} -d {quoted(text)}")
    for option in common:
        add(option, "")
    for command, options in own.items():
        for option in options:
            if "--help" not in option.names:
                add(option, command)
    return "\n".join([*lines, ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    tool = str(pathlib.Path(args.tool).resolve())
    commands = list(commands_of(tool))
    common = list(options_of(tool))
    own = {name: list(options_of(tool, name)) for name, text in commands}
    stale = []
    for name, write in (("sqlawait.bash", bash), ("_sqlawait", zsh), ("sqlawait.fish", fish)):
        path = ROOT / "completions" / name
        text = write(commands, common, own)
        if not args.check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            stale.append(name)
    for name in stale:
        print(f"completions/{name} is out of date; run tools/dev/completions.py --tool {args.tool}")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
