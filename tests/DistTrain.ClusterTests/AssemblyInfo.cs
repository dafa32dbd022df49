using Xunit.Sdk;
using Xunit.v3;

// Every test here takes the whole machine and looks at when things happen.
[assembly: Parallelization(Mode = ParallelMode.None)]
