export interface WebConfig {
  host: string;
  port: number;
  dev: boolean;
  /** A reverse proxy in front tells the address of the client. */
  trustProxy: boolean;
}

export function readWebConfig(environment: NodeJS.ProcessEnv = process.env): WebConfig {
  return {
    host: environment.IBS_HOST || '127.0.0.1',
    port: Number(environment.IBS_WEB_PORT || 3000),
    dev: environment.NODE_ENV === 'development',
    trustProxy: environment.IBS_TRUST_PROXY === '1',
  };
}
