import type { CompletedCommand } from './completed-command.ts'
import { choicesOf, flagsOf } from './completed-command.ts'

/** A script for bash: `source <(agentmem completion bash)`. Where there is nothing to offer, files are completed. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).join(' ')
  const offer = (words: readonly string[]): string =>
    `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$cur"))`
  const ofCommands = commands.map(command => `    ${command.name}) ${offer(flagsOf(command))} ;;`)
  const ofValues = commands.flatMap(command =>
    choicesOf(command).map(([flag, choices]) => `    ${command.name}:${flag}) ${offer(choices)}; return ;;`),
  )
  return `_agentmem() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " ${names} " in *" $word "*) command=$word; break ;; esac
  done
  COMPREPLY=()
  case "$command:$prev" in
${ofValues.join('\n')}
  esac
  case "$command" in
    '') ${offer([...commands.map(({ name }) => name), 'help', '--help', '--version'])} ;;
${ofCommands.join('\n')}
  esac
}
complete -o default -F _agentmem agentmem`
}
