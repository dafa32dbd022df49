namespace DistTrain.Tests.Reference;

/// <summary>
/// Tests that look at what a process has once: libtorch's random generator, or how much native memory is in use. No
/// other test runs beside them.
/// </summary>
[CollectionDefinition(nameof(LibtorchAlone), DisableParallelization = true)]
public sealed class LibtorchAlone;
