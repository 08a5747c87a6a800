/** Loads a function of a package. Where the package is missing, the error says so without a path of this machine. */
export async function importWorkspacePackage<Exported>(from: string, name: string): Promise<Exported> {
  let module: Record<string, unknown>
  try {
    module = (await import(from)) as Record<string, unknown>
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
    if (!isMissing || !error.message.includes(`'${from}'`)) throw error
    throw new Error(`${from} is not installed: benchmarks/package.json needs it as a dependency.`, {
      cause: error,
    })
  }
  if (typeof module[name] !== 'function') throw new Error(`${from} has no ${name}().`)
  return module[name] as Exported
}
