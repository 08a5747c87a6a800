import { OperationNodeTransformer, SchemableIdentifierNode } from 'kysely'
import type {
  KyselyPlugin,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryResult,
  RootOperationNode,
  UnknownRow,
} from 'kysely'
import { tableNames } from './tables.ts'

/** Puts a prefix, and a schema if there is one, before the names of the Store's tables in every statement. */
export class TablePrefixPlugin implements KyselyPlugin {
  readonly #transformer: TablePrefixTransformer

  constructor(prefix: string, schema?: string) {
    this.#transformer = new TablePrefixTransformer(prefix, schema)
  }

  transformQuery({ node, queryId }: PluginTransformQueryArgs): RootOperationNode {
    return this.#transformer.transformNode(node, queryId)
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result
  }
}

class TablePrefixTransformer extends OperationNodeTransformer {
  readonly #prefix: string
  readonly #schema: string | undefined
  readonly #names: ReadonlySet<string> = new Set(tableNames)

  constructor(prefix: string, schema?: string) {
    super()
    this.#prefix = prefix
    this.#schema = schema
  }

  protected override transformSchemableIdentifier(
    ...[node, queryId]: Parameters<OperationNodeTransformer['transformSchemableIdentifier']>
  ): SchemableIdentifierNode {
    const transformed = super.transformSchemableIdentifier(node, queryId)
    const { name } = transformed.identifier
    // A node may come here twice, and then has its schema already.
    if (!this.#names.has(name) || transformed.schema) return transformed
    const ours = `${this.#prefix}${name}`
    return this.#schema === undefined
      ? SchemableIdentifierNode.create(ours)
      : SchemableIdentifierNode.createWithSchema(this.#schema, ours)
  }
}
