declare module "netpol/web" {
  /** Loads the module, once. */
  export function init(): Promise<void>;
  /** JSON text in, JSON text out. */
  export function call(method: string, request: string): string;
}
