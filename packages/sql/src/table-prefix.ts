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

/** Puts a prefix before the names of our tables wherever a statement names them. */
export class TablePrefixPlugin implements KyselyPlugin {
  readonly #transformer: TablePrefixTransformer

  constructor(prefix: string) {
    this.#transformer = new TablePrefixTransformer(prefix)
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
  readonly #names: ReadonlySet<string> = new Set(tableNames)

  constructor(prefix: string) {
    super()
    this.#prefix = prefix
  }

  protected override transformSchemableIdentifier(
    ...[node, queryId]: Parameters<OperationNodeTransformer['transformSchemableIdentifier']>
  ): SchemableIdentifierNode {
    const { identifier } = super.transformSchemableIdentifier(node, queryId)
    const { name } = identifier
    return SchemableIdentifierNode.create(this.#names.has(name) ? `${this.#prefix}${name}` : name)
  }
}
