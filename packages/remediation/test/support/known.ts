/** As AWS names a build, which plans. */
export const robot = 'AROAEXAMPLEEXAMPLE9:AWSCodeBuild-1';

/** As AWS names who may approve. */
export const carla = 'AROAEXAMPLEEXAMPLE2:carla@bank.example';

/** The two of them, as the files say. */
export const known = {
  workloads: ['AROAEXAMPLEEXAMPLE9'],
  people: [
    {
      actor: 'carla@bank.example',
      teams: [],
      roles: [],
      human: true,
      active: true,
      scopes: ['remediate' as const],
      principals: [{ role: 'AROAEXAMPLEEXAMPLE2', session: 'carla@bank.example' }],
    },
  ],
};
