/** The scripts that tie a shell to `ironcore-backup complete`, which knows all the words. */

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

const BASH = `# bash completion of ironcore-backup
_ironcore_backup() {
  local line=\${COMP_LINE:0:COMP_POINT} word about kept
  local -a words
  read -ra words <<<"$line"
  if [[ $line == *[[:space:]] ]]; then words+=(""); fi
  # Bash takes ":" and "=" for ends of words, so what stands before them must not be offered again.
  kept=\${words[\${#words[@]}-1]}
  kept=\${kept%"\${kept##*[:=]}"}
  COMPREPLY=()
  while IFS=$'\\t' read -r word about; do
    case $word in
      :none) ;;
      :files) compopt -o default 2>/dev/null ;;
      :directories) compopt -o dirnames 2>/dev/null ;;
      *) COMPREPLY+=("\${word#"$kept"}") ;;
    esac
  done < <("\${words[0]}" complete -- "\${words[@]:1}" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *[:/=] ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -F _ironcore_backup ironcore-backup
`;

const ZSH = `#compdef ironcore-backup
_ironcore_backup() {
  local line word
  local -a whole begun
  for line in "\${(@f)$("\${words[1]}" complete -- "\${(@)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)}"; do
    word=\${line%%$'\\t'*}
    case $line in
      :none|'') ;;
      :files) _files; return ;;
      :directories) _files -/; return ;;
      *[:/=]$'\\t'*) begun+=("\${word//:/\\\\:}:\${line#*$'\\t'}") ;;
      *) whole+=("\${word//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  (( $#whole )) && _describe 'ironcore-backup' whole
  (( $#begun )) && _describe 'ironcore-backup' begun -S ''
}
compdef _ironcore_backup ironcore-backup
`;

const FISH = `# fish completion of ironcore-backup
function __ironcore_backup_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  for line in (command $words[1] complete -- $words[2..-1] "$current" 2>/dev/null)
    switch $line
      case ':none'
      case ':files'
        __fish_complete_path "$current"
      case ':directories'
        __fish_complete_directories "$current"
      case '*'
        echo $line
    end
  end
end
complete -c ironcore-backup -f -a '(__ironcore_backup_complete)'
`;

export const SCRIPTS: Record<(typeof SHELLS)[number], string> = { bash: BASH, zsh: ZSH, fish: FISH };
