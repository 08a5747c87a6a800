/** What node-gyp says of what it lacks, and that in a plain sentence; the first that it says counts. */
const reasons = /** @type {const} */ ([
  [
    /got an error, rolling back install/,
    "Node's headers could not be downloaded from nodejs.org: look to the network or the proxy.",
  ],
  [/ERR! find Python|Could not find any Python/, 'There is no Python 3: install python3.'],
  [/not found: g?make/, 'There is no make: install make.'],
  [
    /(?:g\+\+|c\+\+|clang\+\+|\bcc)(?:: (?:No such file|command not found|not found)|' failed)|find VS/,
    'There is no C++ compiler: install one, such as g++.',
  ],
])

/**
 * Why an addon could not be compiled, in one sentence, by what the installation printed.
 * @param {string} output
 * @returns {string}
 */
export function whyNotCompiled(output) {
  const found = reasons.find(([sign]) => sign.test(output))
  return found?.[1] ?? 'The command below says why; it needs python3, make and a C++ compiler.'
}
