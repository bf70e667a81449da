/** A port with some of its methods replaced. */
export const overriding = <P extends object>(port: P, methods: Partial<P>): P =>
  new Proxy(port, {
    get: (target, name) => {
      const own: unknown = Reflect.get(name in methods ? methods : target, name);
      return typeof own === 'function' ? own.bind(target) : own;
    },
  });
