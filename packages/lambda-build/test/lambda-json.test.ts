import { exportOf, type LambdaJson, parseLambdaJson } from '../lib/lambda-json.ts';

const entryPoint = {
  handler: 'index.accept',
  memoryMb: 512,
  timeoutSeconds: 30,
  network: 'none',
  environment: ['FLAGS_TABLE'],
};

const parse = (change: object, name = 'accept'): LambdaJson =>
  parseLambdaJson(JSON.stringify({ entryPoints: { [name]: { ...entryPoint, ...change } } }), 'validator/lambda.json');

describe('lambda.json', () => {
  it('accepts the documented form', () => {
    expect(parse({}).entryPoints).toEqual({ accept: entryPoint });
  });

  it.each([
    ['memory below what Lambda offers', { memoryMb: 64 }, 'entryPoints.accept.memoryMb'],
    ['a timeout beyond 15 minutes', { timeoutSeconds: 901 }, 'entryPoints.accept.timeoutSeconds'],
    ['a network that there is not', { network: 'private' }, 'entryPoints.accept.network'],
    ['no word about the network', { network: undefined }, 'entryPoints.accept.network'],
    ['a handler that is not in index', { handler: 'handler.accept' }, 'entryPoints.accept.handler'],
    ['a name that Lambda sets itself', { environment: ['AWS_REGION'] }, 'entryPoints.accept.environment.0'],
    ['a lower-case name', { environment: ['flagsTable'] }, 'entryPoints.accept.environment.0'],
    ['a name given twice', { environment: ['A', 'A'] }, 'entryPoints.accept.environment'],
    ['a misspelt field', { memoryMB: 512 }, 'entryPoints.accept'],
  ])('refuses %s and names the place and the way out', (_what, change, place) => {
    expect(() => parse(change)).toThrow(
      expect.objectContaining({
        code: 'FH_LAMBDA_JSON_INVALID',
        message: expect.stringContaining(`validator/lambda.json: ${place}: `),
        hint: expect.stringContaining('README.md'),
      }),
    );
  });

  it('refuses an entry point whose name cannot name a zip in a predictable way', () => {
    expect(() => parse({}, 'FullLoad')).toThrow('entryPoints.FullLoad');
  });

  it('refuses a package without entry points', () => {
    expect(() => parseLambdaJson('{"entryPoints":{}}', 'x')).toThrow('name at least one entry point');
  });

  it('says so when the file is not JSON, and keeps the cause', () => {
    expect(() => parseLambdaJson('{', 'x')).toThrow(
      expect.objectContaining({ message: 'x: (file): is not JSON', cause: expect.any(SyntaxError) }),
    );
  });

  it('finds the export that a handler names', () => {
    expect(exportOf('index.fullLoad')).toBe('fullLoad');
  });
});
