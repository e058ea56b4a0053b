import type { SwaggerTransform } from '@fastify/swagger';
import type { Door } from './doors.ts';

/** What the description of a route says of its door. */
interface Described {
  /** The permission; `everybody`, or `signed-in` for what concerns nobody else. */
  readonly 'x-permission': string;
  /** Where the permission must hold: at the site of this thing in the path, at some site, at every site. */
  readonly 'x-at'?: string;
}

/** Writes each route's door into its description, from where tests walk every door. */
export const describeDoors =
  (transform: SwaggerTransform): SwaggerTransform =>
  (input) => {
    const transformed = transform(input);
    const door = input.route.config?.door;
    return door === undefined ? transformed : { ...transformed, schema: { ...transformed.schema, ...described(door) } };
  };

function described(door: Door): Described {
  if ('open' in door) return { 'x-permission': 'everybody' };
  if ('signedIn' in door) return { 'x-permission': door.signedIn === 'person' ? 'signed-in-person' : 'signed-in' };
  return { 'x-permission': door.permission, 'x-at': door.at };
}
