namespace DistTrain.ClusterTests.Fixture;

/// <summary>A folder of its own for a test, deleted with all that is in it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("disttrain-cluster-test-");

    public string Path => folder.FullName;

    /// <summary>Path of something in it, which need not exist.</summary>
    public string In(string name) => System.IO.Path.Combine(folder.FullName, name);

    public void Dispose() => folder.Delete(recursive: true);
}
