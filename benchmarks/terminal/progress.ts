export interface ProgressLine {
  readonly update: (done: number, of: number) => void
  readonly end: () => void
}

const width = 30

/** A bar with its rate on a terminal, on standard error; a line at the end off it. */
export function showProgress(doing: string): ProgressLine {
  const { stderr } = process
  const start = performance.now()
  let last = 0
  return {
    update: (done, of) => {
      last = done
      if (!stderr.isTTY) return
      const filled = Math.round((done / of) * width)
      const rate = Math.round(done / ((performance.now() - start) / 1_000))
      const bar = '#'.repeat(filled) + '.'.repeat(width - filled)
      stderr.write(`\r${doing} [${bar}] ${done}/${of}  ${rate.toLocaleString('en-US')}/s `)
    },
    end: () => {
      const seconds = (performance.now() - start) / 1_000
      const line = `${doing}: ${last} in ${seconds.toFixed(1)} s`
      stderr.write(stderr.isTTY ? `\r${line.padEnd(width + 50)}\n` : `${line}\n`)
    },
  }
}
