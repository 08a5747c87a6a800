import { importLibrary } from '@agentmem/core/adapter'

/** Loads a library that has native parts. Throws `NOT_INSTALLED` when it, or one of them, cannot be loaded. */
export function importNative<Library>(name: string, load: () => Promise<Library>): Promise<Library> {
  const install =
    `\`pnpm add ${name}\` or \`npm install ${name}\`; there are binaries for glibc Linux, macOS and Windows on x64 ` +
    'and arm64.'
  return importLibrary(load, { name, install })
}
