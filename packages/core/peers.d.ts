// What the compiler takes each package for that core imports when an address asks for it: see `paths` in tsconfig.json. They
// are compiled after core, and need not be there.
declare const unknown: object
export default unknown
