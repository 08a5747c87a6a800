import type { OptionSpec } from '../parse-arguments.ts'
import { quoted } from './completed-command.ts'
import type { CompletedCommand } from './completed-command.ts'

/** A script for zsh: `source <(agentmem completion zsh)`, after compinit. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  const described = commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`)
  const ofCommands = commands.map(({ name, options }) => {
    const specs = Object.entries(options).map(([option, spec]) => `        ${quoted(specOf(option, spec))}`)
    return `    ${name})\n      _arguments \\\n${specs.join(' \\\n')} \\\n        '*:file:_files' ;;`
  })
  return `_agentmem() {
  local -a commands=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${ofCommands.join('\n')}
  esac
}
compdef _agentmem agentmem`
}

/** Such as --user[memories of this user]:ID: */
function specOf(name: string, { value, about, choices }: OptionSpec): string {
  const explained = about.replaceAll(/[[\]\\]/g, String.raw`\$&`)
  if (value === undefined) return `--${name}[${explained}]`
  return `--${name}[${explained}]:${value}:${choices === undefined ? '' : `(${choices.join(' ')})`}`
}
