import type { ServerResponse } from 'node:http';
import { afterEach } from 'vitest';
import type { AuthorizationServer } from '../authorization-server';
import { client } from './client';
import { startTestServer, type TestServer } from './http-server';

/**
 * Clients of servers that answer as a test says; the servers close after each test.
 *
 * @returns a function that starts a server with one answer to every request, and makes its client
 */
export function answeringClients(): (
  answer: (response: ServerResponse) => void,
) => Promise<AuthorizationServer> {
  const servers: TestServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  return async (answer) => {
    const server = await startTestServer((_request, response) => answer(response));
    servers.push(server);
    const { url } = server;
    const endpoints = {
      deviceAuthorization: `${url}/device`,
      token: `${url}/token`,
      userinfo: `${url}/me`,
    };
    return client({ endpoints });
  };
}
