import { bashCompletion } from '../completion/bash-completion.ts'
import type { CompletedCommand } from '../completion/completed-command.ts'
import { fishCompletion } from '../completion/fish-completion.ts'
import { zshCompletion } from '../completion/zsh-completion.ts'
import { commonOptions, exitCodes } from '../command.ts'
import type { Command } from '../command.ts'
import { usageError } from '../usage-error.ts'

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }

/** Completes the commands of the program, which this one is of. */
export function completionCommand(commands: () => readonly Command[]): Command {
  return {
    name: 'completion',
    summary: 'print a script that completes commands and options in a shell',
    operands: { usage: 'SHELL', least: 1, most: 1 },
    options: {},
    details: [
      'SHELL is bash, zsh or fish. Put the line of your shell below into the file that it reads when it starts.',
    ],
    examples: [
      ['source <(agentmem completion bash)', 'in ~/.bashrc'],
      ['source <(agentmem completion zsh)', 'in ~/.zshrc, after compinit'],
      ['agentmem completion fish | source', 'in ~/.config/fish/config.fish'],
    ],
    run({ operands: [shell = ''], terminal }) {
      const script = Object.hasOwn(shells, shell) ? shells[shell as keyof typeof shells] : undefined
      if (!script) throw usageError(`completion takes ${Object.keys(shells).join(', ')}, not '${shell}'.`)
      const completed = commands().map(({ name, summary, options }): CompletedCommand => {
        return { name, summary, options: { ...options, ...commonOptions } }
      })
      const text = script(completed)
      terminal.result(text, { script: text })
      return Promise.resolve(exitCodes.ok)
    },
  }
}
