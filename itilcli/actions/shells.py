"""Shells that complete what is typed: the script of each, where it is kept, and putting it there.

A script hands the words over as they are and takes back lines of a value, a tab and a label. What comes back is data: no
line is ever evaluated, for titles and names are written by strangers.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from itilcli.values import value

BASH = r"""# completion of itil for bash
_itil() {
    local kind= value label shown
    COMPREPLY=()
    while IFS=$'\t' read -r value label; do
        if [[ -z $kind ]]; then
            kind=$value
        else
            shown=$value
            [[ $COMP_TYPE == 63 && -n $label ]] && shown="$value  $label"
            COMPREPLY+=("$shown")
        fi
    done < <(_ITIL_COMPLETE=bash _ITIL_LINE="${COMP_LINE:0:COMP_POINT}" _ITIL_BREAKS=$COMP_WORDBREAKS "$1" 2>/dev/null)
    [[ $kind == files ]] && compopt -o default 2>/dev/null
    return 0
}
complete -o nosort -F _itil itil 2>/dev/null || complete -F _itil itil
"""
ZSH = r"""#compdef itil
# completion of itil for zsh
_itil() {
    local -a said shown
    local one word label
    said=("${(@f)$(_ITIL_COMPLETE=zsh "${(Q)words[1]}" "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
    if [[ $said[1] == files ]]; then
        _files
        return
    fi
    for one in "${(@)said[2,-1]}"; do
        word=${one%%$'\t'*} label=${one#*$'\t'}
        word=${word//\\/\\\\} label=${label//\\/\\\\}
        shown+=("${word//:/\\:}${label:+:$label}")
    done
    (( $#shown )) && _describe -V -t values itil shown -M 'm:{a-z}={A-Z}'
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _itil "$@"
else
    compdef _itil itil
fi
"""
FISH = r"""# completion of itil for fish
function __itil_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    set -l said (env _ITIL_COMPLETE=fish $program $words "$word" 2>/dev/null)
    if test "$said[1]" = files
        __fish_complete_path "$word"
    else
        set -e said[1]
        test (count $said) -gt 0; and printf '%s\n' $said
    end
end
complete -c itil -f -k -a '(__itil_complete)'
"""
SHELLS = {"bash": BASH, "zsh": ZSH, "fish": FISH}
MARK = "# itil: completion"


@value
class Kept:
    """Where a shell's script is kept, and what its start file must say for it to be read; nothing where it looks there itself."""

    script: Path
    start: Path | None = None
    lines: str = ""


def kept(shell: str, environ: Mapping[str, str]) -> Kept:
    """The places of one shell."""
    home = Path(environ.get("HOME") or "~").expanduser()
    if shell == "fish":
        config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
        return Kept(config / "fish/completions/itil.fish")
    if shell == "zsh":
        folder = home / ".zfunc"
        lines = "fpath+=(~/.zfunc)\nautoload -Uz compinit && compinit"
        return Kept(folder / "_itil", Path(environ.get("ZDOTDIR") or home) / ".zshrc", lines)
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local/share")
    script = data / "bash-completion/completions/itil"
    return Kept(script, home / ".bashrc", f'[ -r "{script}" ] && . "{script}"')


def installed(shell: str, environ: Mapping[str, str]) -> bool:
    """Whether this very script is where the shell reads it."""
    places = kept(shell, environ)
    return _text(places.script) == SHELLS[shell] and (places.start is None or MARK in _text(places.start))


def install(shell: str, environ: Mapping[str, str]) -> Kept:
    """Puts the script there, and the lines into the shell's start file once; what else that says stays. Raises OSError."""
    places = kept(shell, environ)
    places.script.parent.mkdir(parents=True, exist_ok=True)
    places.script.write_text(SHELLS[shell], "utf-8")
    if places.start and MARK not in _text(places.start):
        with places.start.open("a", encoding="utf-8") as file:
            file.write(f"\n{MARK}\n{places.lines}\n")
    return places


def current(environ: Mapping[str, str]) -> str | None:
    """The shell that called this program, else the user's own; None where neither is one of these."""
    import shellingham

    try:
        found = shellingham.detect_shell()[0]
    except (shellingham.ShellDetectionFailure, OSError):
        found = ""
    named = os.path.basename(environ.get("SHELL", ""))  # noqa: PTH119
    return next((one for one in (found, named) if one in SHELLS), None)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
