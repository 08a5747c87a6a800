import { readerOf } from './column-types.ts'
import type { ReadColumn } from './column-types.ts'
import type { Answer } from './sender.ts'

/** An error of the server, with the SQLSTATE as its code. */
export class ServerError extends Error {
  override readonly name = 'ServerError'
  readonly code: string

  constructor(fields: ReadonlyMap<string, string>) {
    super(fields.get('M') ?? 'PGlite failed without a message')
    this.code = fields.get('C') ?? ''
  }
}

/**
 * Reads the messages that answer a statement, or several, whose rows then follow one another:
 * https://www.postgresql.org/docs/current/protocol-message-formats.html. Throws a {@link ServerError}.
 */
export function readAnswer(data: Uint8Array): Answer {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  const rows: Record<string, unknown>[] = []
  let columns: Column[] = []
  let tag = ''
  let error: ServerError | undefined
  for (let at = 0; at < bytes.length;) {
    const type = String.fromCharCode(bytes.readUInt8(at))
    const end = at + 1 + bytes.readInt32BE(at + 1)
    const body = bytes.subarray(at + 5, end)
    if (type === 'T') columns = readColumns(body)
    else if (type === 'D') rows.push(readRow(body, columns))
    else if (type === 'C') tag = textUntilZero(body, 0)
    else if (type === 'E') error ??= new ServerError(readFields(body))
    at = end
  }
  if (error) throw error
  return { rows, affected: affectedBy(tag), command: tag.split(' ')[0] }
}

interface Column {
  readonly name: string
  readonly read: ReadColumn
}

function readColumns(body: Buffer): Column[] {
  const columns: Column[] = []
  let at = 2
  for (let left = body.readInt16BE(0); left > 0; left--) {
    const nameEnd = body.indexOf(0, at)
    columns.push({
      name: body.toString('utf8', at, nameEnd),
      read: readerOf(body.readUInt32BE(nameEnd + 7)),
    })
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
    row[name] = length < 0 ? null : read(body.toString('utf8', at, at + length))
    at += Math.max(length, 0)
  }
  return row
}

/** Such as 5 of 'INSERT 0 5'. */
function affectedBy(tag: string): number | undefined {
  const [count] = /\d+$/.exec(tag) ?? []
  return count === undefined ? undefined : Number(count)
}

/** The fields of an error: each is a letter and a text. */
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
