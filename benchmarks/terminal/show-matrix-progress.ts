const width = 24

export interface MatrixProgress {
  readonly start: (cells: number, done: number) => void
  readonly cell: (name: string, done: number, of: number, error: string | undefined) => void
  readonly end: () => void
}

/** On standard error: a bar with the time that is left on a terminal, and a line a cell off it. */
export function showMatrixProgress(): MatrixProgress {
  const { stderr } = process
  let began = 0
  let before = 0
  return {
    start: (_cells, done) => {
      began = performance.now()
      before = done
    },
    cell: (name, done, of, error) => {
      const failed = error === undefined ? '' : `  FAILED: ${(error.split('\n')[0] ?? '').slice(0, 200)}`
      const each = (performance.now() - began) / 1_000 / Math.max(1, done - before)
      const left = `${Math.ceil((each * (of - done)) / 60)} min left`
      if (!stderr.isTTY) {
        stderr.write(`${done}/${of}  ${name}  ${left}${failed}\n`)
        return
      }
      const filled = Math.round((done / of) * width)
      const bar = '#'.repeat(filled) + '.'.repeat(width - filled)
      if (failed) stderr.write(`\r${name}${failed}`.padEnd(100) + '\n')
      stderr.write(`\r[${bar}] ${done}/${of}  ${left}  ${name}`.padEnd(110).slice(0, 110))
    },
    end: () => {
      if (stderr.isTTY) stderr.write('\n')
    },
  }
}
