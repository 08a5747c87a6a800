import {
  appendFileSync,
  closeSync,
  createReadStream,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
} from 'node:fs'
import { linesOf } from '../../opening/lines-of.ts'

/** A line of a file, and what it goes by. */
export interface Keyed {
  readonly key: string
}

const chunkBytes = 65_536
const newline = 0x0a

/**
 * A file of one JSON object a line. A line is appended as a whole and never changed; of several with one key the last counts.
 * A process that is killed while it writes leaves a line without an end, which the next one takes away.
 */
export class KeptLines<Line extends Keyed, Held extends Keyed = Line> {
  readonly #file: string
  readonly #hold: (line: Line) => Held
  readonly #held = new Map<string, Held>()
  readonly #writes: boolean

  private constructor(file: string, hold: (line: Line) => Held, writes: boolean) {
    this.#file = file
    this.#hold = hold
    this.#writes = writes
  }

  /**
   * Reads what a file has. `hold`: what of a line is to stay in memory. `writes` false: the file stays as it is, and what is
   * appended is known to this object alone. Throws for a line that is no JSON, with its number.
   */
  static async open<Line extends Keyed, Held extends Keyed = Line>(
    file: string,
    hold: (line: Line) => Held,
    writes = true,
  ): Promise<KeptLines<Line, Held>> {
    const lines = new KeptLines<Line, Held>(file, hold, writes)
    if (existsSync(file)) await lines.#read()
    return lines
  }

  get(key: string): Held | undefined {
    return this.#held.get(key)
  }

  /** In the order in which their keys first came. */
  values(): Held[] {
    return [...this.#held.values()]
  }

  /** When it returns, the line is the system's to keep: it outlives this process, and not a loss of power. */
  append(line: Line): void {
    if (this.#writes) appendFileSync(this.#file, `${JSON.stringify(line)}\n`)
    this.#held.set(line.key, this.#hold(line))
  }

  async #read(): Promise<void> {
    const end = wholeLinesOf(this.#file, this.#writes)
    if (end === 0) return
    let number = 0
    for await (const text of linesOf(createReadStream(this.#file, { encoding: 'utf8', end: end - 1 }))) {
      number++
      const line = this.#hold(this.#parse(text, number))
      this.#held.set(line.key, line)
    }
  }

  #parse(text: string, number: number): Line {
    try {
      return JSON.parse(text) as Line
    } catch (cause) {
      throw new Error(
        `${this.#file}, line ${number} is no JSON: ${(cause as Error).message}. Remove the line to go on without it.`,
        { cause },
      )
    }
  }
}

/** How many bytes of a file are whole lines; what stands behind them is cut off where `cuts` is true. */
function wholeLinesOf(file: string, cuts: boolean): number {
  const handle = openSync(file, cuts ? 'r+' : 'r')
  try {
    const { size } = fstatSync(handle)
    const chunk = Buffer.alloc(chunkBytes)
    for (let end = size; end > 0;) {
      const start = Math.max(0, end - chunkBytes)
      const read = readSync(handle, chunk, 0, end - start, start)
      const last = chunk.subarray(0, read).lastIndexOf(newline)
      if (last >= 0) {
        const whole = start + last + 1
        if (cuts && whole < size) ftruncateSync(handle, whole)
        return whole
      }
      end = start
    }
    if (cuts && size > 0) ftruncateSync(handle, 0)
    return 0
  } finally {
    closeSync(handle)
  }
}
