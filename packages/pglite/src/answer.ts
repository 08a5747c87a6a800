/** What a statement came back with. */
export interface Answer {
  readonly rows: Record<string, unknown>[]
  readonly affected: number | undefined
}

/** An error of the server, with the SQLSTATE as its code. */
export class ServerError extends Error {
  override readonly name = 'ServerError'
  readonly code: string

  constructor(fields: ReadonlyMap<string, string>) {
    super(fields.get('M') ?? 'PGlite failed without a message')
    this.code = fields.get('C') ?? ''
  }
}

type Read = (bytes: Buffer) => unknown

/** Columns by the ids of their types; all come as text. Numbers of 64 bits are counts and times, none past 2^53. */
const readers: ReadonlyMap<number, Read> = new Map<number, Read>([
  [16, bytes => bytes.toString('latin1') === 't'],
  [17, bytes => Buffer.from(bytes.toString('latin1', 2), 'hex')],
  ...[20, 21, 23, 26, 701].map(id => [id, (bytes: Buffer) => Number(bytes.toString('latin1'))] as const),
])
const asText: Read = bytes => bytes.toString('utf8')

/**
 * Reads the messages of an answer: https://www.postgresql.org/docs/current/protocol-message-formats.html. PGlite's own
 * reader takes a byte order mark from the beginning of each text.
 */
export function readAnswer(data: Uint8Array): Answer {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  const rows: Record<string, unknown>[] = []
  let columns: Column[] = []
  let affected: number | undefined
  let error: ServerError | undefined
  for (let at = 0; at < bytes.length;) {
    const type = String.fromCharCode(bytes.readUInt8(at))
    const end = at + 1 + bytes.readInt32BE(at + 1)
    const body = bytes.subarray(at + 5, end)
    if (type === 'T') columns = readColumns(body)
    else if (type === 'D') rows.push(readRow(body, columns))
    else if (type === 'C') affected = affectedBy(textUntilZero(body, 0))
    else if (type === 'E') error ??= new ServerError(readFields(body))
    at = end
  }
  if (error) throw error
  return { rows, affected }
}

interface Column {
  readonly name: string
  readonly read: Read
}

function readColumns(body: Buffer): Column[] {
  const columns: Column[] = []
  let at = 2
  for (let left = body.readInt16BE(0); left > 0; left--) {
    const nameEnd = body.indexOf(0, at)
    const read = readers.get(body.readUInt32BE(nameEnd + 7)) ?? asText
    columns.push({ name: body.toString('utf8', at, nameEnd), read })
    at = nameEnd + 19
  }
  return columns
}

function readRow(body: Buffer, columns: readonly Column[]): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  let at = 2
  for (const { name, read } of columns) {
    const length = body.readInt32BE(at)
    at += 4
    row[name] = length < 0 ? null : read(body.subarray(at, at + length))
    at += Math.max(length, 0)
  }
  return row
}

/** Such as 5 of 'INSERT 0 5'. */
function affectedBy(tag: string): number | undefined {
  const [count] = /\d+$/.exec(tag) ?? []
  return count === undefined ? undefined : Number(count)
}

/** Of an error: each field is a letter and a text. */
function readFields(body: Buffer): Map<string, string> {
  const fields = new Map<string, string>()
  for (let at = 0; body[at];) {
    const text = textUntilZero(body, at + 1)
    fields.set(String.fromCharCode(body.readUInt8(at)), text)
    at += 2 + Buffer.byteLength(text)
  }
  return fields
}

function textUntilZero(body: Buffer, start: number): string {
  return body.toString('utf8', start, body.indexOf(0, start))
}
