import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ProgressBar } from '../src/terminal/progress-bar.ts'

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubEnv('TERM', 'xterm')
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

/** A stream that keeps what is written to it. */
function recorder(terminal: { isTTY?: boolean; columns?: number }): {
  written: string[]
  write: (text: string) => void
} {
  const written: string[] = []
  return { ...terminal, written, write: text => void written.push(text) }
}

test('on a terminal one line is drawn over itself, with share, count, rate and time left, and taken away', () => {
  const stream = recorder({ isTTY: true, columns: 80 })
  const bar = new ProgressBar(stream, 'importing', 'memories')
  vi.advanceTimersByTime(2_000)
  bar.update({ done: 1_500, share: 0.25 })
  vi.advanceTimersByTime(100)
  const last = stream.written.at(-1) ?? ''
  expect(stripVTControlCharacters(last)).toMatch(
    /^\rimporting {2}█+░+ {3}25% {2}1,500 memories {2}714\/s {2}6\.3 s left$/,
  )
  expect(stream.written.join('')).not.toContain('\n')
  bar.end()
  expect(stream.written.at(-1)).toBe('\r\u001B[K')
  const count = stream.written.length
  vi.advanceTimersByTime(10_000)
  expect(stream.written).toHaveLength(count)
})

test.each([200, 80, 60, 40, 20, 5])('on a terminal of %i columns the line fits', columns => {
  const stream = recorder({ isTTY: true, columns })
  const bar = new ProgressBar(stream, 'importing', 'memories')
  bar.update({ done: 1_234_567, share: 0.5 })
  vi.advanceTimersByTime(5_000)
  bar.end()
  const widths = stream.written.map(text => stripVTControlCharacters(text).replace('\r', '').length)
  expect(Math.max(...widths)).toBeLessThan(columns)
})

test('off a terminal there is a plain line every five seconds', () => {
  const stream = recorder({})
  const bar = new ProgressBar(stream, 'importing', 'memories')
  bar.update({ done: 10_000, share: 0.5 })
  vi.advanceTimersByTime(11_000)
  bar.end()
  expect(stream.written).toEqual([
    'importing: 50%, 10,000 memories, 2,000/s, 5.0 s left\n',
    'importing: 50%, 10,000 memories, 1,000/s, 10 s left\n',
  ])
})

test('off a terminal short work leaves no line', () => {
  const stream = recorder({})
  const bar = new ProgressBar(stream, 'importing', 'memories')
  bar.update({ done: 10, share: 1 })
  vi.advanceTimersByTime(4_000)
  bar.end()
  expect(stream.written).toEqual([])
})

test('a dumb terminal gets plain lines', () => {
  vi.stubEnv('TERM', 'dumb')
  const stream = recorder({ isTTY: true, columns: 80 })
  const bar = new ProgressBar(stream, 'importing', 'memories')
  vi.advanceTimersByTime(5_000)
  bar.end()
  expect(stream.written).toEqual(['importing: 0 memories\n'])
})
