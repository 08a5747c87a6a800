import { spawn } from 'node:child_process'

export interface Reaper {
  /** To be called once the server has been ended in the ordinary way. */
  dismiss(): void
}

/**
 * Sees to it that a server ends with this process, however that ends: a shell reads from a pipe that only this
 * process holds open, and at its end kills what `pid` in the folder names and removes the folder.
 */
export function reap(folder: string, signal: NodeJS.Signals): Reaper {
  // There is no such shell on Windows, where a killed run leaves its folder behind.
  if (process.platform === 'win32') return { dismiss: () => undefined }
  const script = 'read -r _; kill -"$2" "$(cat "$1/pid")" 2>/dev/null; sleep 1; rm -rf "$1"'
  const shell = spawn('/bin/sh', ['-c', script, 'reaper', folder, signal.replace('SIG', '')], {
    // A group of its own: Ctrl-C is for us, and we are waited for.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  shell.unref()
  const pipe = shell.stdin
  // It must not keep this process from ending.
  if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref()
  return { dismiss: () => void shell.kill('SIGKILL') }
}
