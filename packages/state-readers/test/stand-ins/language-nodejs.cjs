// Stands in for Pulumi's language host of Node.js, which is not to be had from package registries: it starts the program with the
// SDK's own runner, as the host does. It needs no plugin named beforehand, and installs nothing.
const { spawn } = require('node:child_process');
const { createRequire } = require('node:module');
const { LanguageRuntimeService } = require('@pulumi/pulumi/proto/language_grpc_pb');
const { GetRequiredPackagesResponse, RunResponse } = require('@pulumi/pulumi/proto/language_pb');
const { PluginInfo } = require('@pulumi/pulumi/proto/plugin_pb');

const sdk = require.resolve('@pulumi/pulumi');
const grpc = createRequire(sdk)('@grpc/grpc-js');
const runner = createRequire(sdk).resolve('./cmd/run/index.js');
const engine = process.argv.at(-1);
/** The runner has said what is wrong: its exit code of cmd/run/index.js. */
const SAID = 32;

const run = ({ request }, callback) => {
  const info = request.getInfo();
  const args = [
    `--monitor=${request.getMonitorAddress()}`,
    `--engine=${engine}`,
    `--organization=${request.getOrganization()}`,
    `--project=${request.getProject()}`,
    `--stack=${request.getStack()}`,
    `--root-directory=${info.getRootDirectory()}`,
    `--pwd=${info.getProgramDirectory()}`,
    `--parallel=${request.getParallel()}`,
    ...(request.getDryrun() ? ['--dry-run'] : []),
    info.getEntryPoint(),
    ...request.getArgsList(),
  ];
  const child = spawn(process.execPath, [runner, ...args], {
    cwd: info.getProgramDirectory(),
    env: {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  child.on('close', (code) => {
    const response = new RunResponse();
    if (code === SAID) response.setBail(true);
    else if (code !== 0) response.setError(`the program ended with ${code}`);
    callback(null, response);
  });
};

const server = new grpc.Server();
server.addService(LanguageRuntimeService, {
  getRequiredPackages: (_call, callback) => callback(null, new GetRequiredPackagesResponse()),
  getPluginInfo: (_call, callback) => callback(null, new PluginInfo()),
  run,
});
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  console.log(port);
});
