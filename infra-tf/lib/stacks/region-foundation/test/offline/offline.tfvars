# Two services of each cell: what is made of each service is counted and compared on one as well as on all.
topology_file = "test/offline/topology.json"
