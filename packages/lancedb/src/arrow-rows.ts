import type { LogBatch, Scope } from '@agentmem/core/adapter'
import type { Data, RecordBatch, Schema, Table } from 'apache-arrow'
import { cursorId, scopeColumns } from './filter.ts'
import type { Arrow } from './lancedb-libraries.ts'

/** Changes with the layout of the table. */
export const formatVersion = '1'
/** The key in the schema's metadata that marks a table as one of agentmem's. */
export const formatKey = 'agentmem.format'

/** The columns of the table. `position` is the end of the last stretch of the log that wrote the row. */
export function schemaOf(arrow: Arrow, dimensions: number): Schema {
  const { Field, FixedSizeList, Float32, Int64, Schema, Utf8 } = arrow
  // LanceDB's merge panics when the items of the list are declared not null; there are no nulls among them.
  const item = new Field('item', new Float32(), true)
  return new Schema(
    [
      new Field('id', new Utf8(), false),
      ...scopeColumns.map(column => new Field(column, new Utf8(), true)),
      new Field('position', new Int64(), false),
      new Field('vector', new FixedSizeList(dimensions, item), false),
    ],
    new Map([[formatKey, formatVersion]]),
  )
}

/**
 * The rows that a stretch of the log writes: its upserts, a row without scope for each delete, and the cursor, whose run is the slot.
 * All vectors lie in one buffer that Arrow uses without copying. Rows without a vector get one of unit length, so
 * that no distance to them is undefined.
 */
export function rowsOf(arrow: Arrow, schema: Schema, dimensions: number, batch: LogBatch): Table {
  const { makeData, RecordBatch, Struct, Table } = arrow
  const { upserts, deletes, cursor, slot } = batch
  const length = upserts.length + deletes.length + 1
  const vectors = new Float32Array(length * dimensions)
  for (const [i, { vector }] of upserts.entries()) vectors.set(vector, i * dimensions)
  for (let i = upserts.length; i < length; i++) vectors[i * dimensions] = 1
  const scopes: (Partial<Scope> | undefined)[] = upserts.map(entry => entry.scope)
  scopes.length = length
  scopes[length - 1] = { runId: slot }
  const list = schema.fields.at(-1)?.type as InstanceType<Arrow['FixedSizeList']>
  const columns = [
    textColumn(arrow, [...upserts.map(entry => entry.id), ...deletes, cursorId]),
    ...scopeColumns.map(column =>
      textColumn(
        arrow,
        Array.from(scopes, scope => scope?.[column] ?? null),
      ),
    ),
    makeData({
      type: new arrow.Int64(),
      length,
      nullCount: 0,
      data: new BigInt64Array(length).fill(BigInt(cursor)),
    }),
    makeData({
      type: list,
      length,
      nullCount: 0,
      child: makeData({
        type: new arrow.Float32(),
        length: length * dimensions,
        nullCount: 0,
        data: vectors,
      }),
    }),
  ]
  const type = new Struct(schema.fields)
  return new Table(new RecordBatch(schema, makeData({ type, length, nullCount: 0, children: columns })))
}

/** A column of strings, encoded all at once: Arrow's own builder, a value at a time, takes five times as long. */
function textColumn({ makeData, Utf8 }: Arrow, values: readonly (string | null)[]): Data {
  const { length } = values
  const valueOffsets = new Int32Array(length + 1)
  const nullBitmap = new Uint8Array(Math.ceil(length / 64) * 8)
  let nullCount = 0
  for (const [i, value] of values.entries()) {
    valueOffsets[i + 1] = (valueOffsets[i] ?? 0) + Buffer.byteLength(value ?? '')
    if (value === null) nullCount++
    else nullBitmap[i >> 3] = (nullBitmap[i >> 3] ?? 0) | (1 << (i & 7))
  }
  // Joining writes nothing for null.
  const data = Buffer.from(values.join(''))
  return makeData({ type: new Utf8(), length, nullCount, nullBitmap, valueOffsets, data })
}

/** A row of an answer. Its vector starts at `start` in `values`, which other rows share. */
export interface ReadRow {
  readonly id: string
  readonly values: Float32Array
  readonly start: number
}

/** The rows of an answer that has the columns `id` and `vector`, neither of them with nulls. */
export function* readRows(batches: readonly RecordBatch[], dimensions: number): Generator<ReadRow> {
  for (const batch of batches) {
    const [ids] = batch.getChild('id')?.data ?? []
    const [list] = batch.getChild('vector')?.data ?? []
    const values: unknown = list?.children[0]?.values
    const bytes: unknown = ids?.values
    if (!(bytes instanceof Uint8Array) || !(values instanceof Float32Array)) {
      throw new Error('LanceDB has answered without ids and vectors.')
    }
    // Arrow's own reading of text would drop a byte order mark at its beginning.
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const ends = ids?.valueOffsets ?? []
    for (let i = 0; i < batch.numRows; i++) {
      yield { id: text.toString('utf8', ends[i], ends[i + 1]), values, start: i * dimensions }
    }
  }
}
