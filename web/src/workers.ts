// The editor's workers: from this service, never from elsewhere, and not from a blob, which the policy forbids.
Object.assign(globalThis, {
  MonacoEnvironment: {
    getWorker(_id: string, label: string): Worker {
      const name = label === "json" || label === "graphql" ? label : "editor";
      return new Worker(new URL(WORKERS[name], import.meta.url), { name: label });
    },
  },
});
