/** The same object with some methods replaced. The others run on the original, private fields and all. */
export function override<T extends object>(target: T, methods: Partial<T>): T {
  return new Proxy(target, {
    get(original, name) {
      if (Object.hasOwn(methods, name)) return methods[name as keyof T]
      const value: unknown = Reflect.get(original, name, original)
      return typeof value === 'function' ? value.bind(original) : value
    },
  })
}
