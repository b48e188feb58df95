import type { Container, ServiceIdentifier } from 'inversify';

let container: Container | undefined;

/** Says where elements get their services from. A page has one workbench, so it has one container. */
export function provideServices(of: Container): void {
  container = of;
}

/**
 * A service of the workbench, for elements: `private readonly commands = inject(CommandService);`
 * @throws Error where no container was provided yet
 */
export function inject<T>(token: ServiceIdentifier<T>): T {
  if (!container) throw new Error(`No services were provided before ${String(token)} was asked for.`);
  return container.get(token);
}
