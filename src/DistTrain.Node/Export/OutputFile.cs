using DistTrain.Training;

namespace DistTrain.Node.Export;

/// <summary>A file that somebody asked for: there as a whole or not at all.</summary>
internal static class OutputFile
{
    /// <summary>Replaces a file that is there. Gives the bytes written.</summary>
    /// <exception cref="UserErrorException">It cannot be written.</exception>
    public static long Write(string path, Action<Stream> write)
    {
        string unfinished = $"{path}.{Guid.NewGuid():n}.unfinished";
        try
        {
            long length;
            using (FileStream stream = File.Create(unfinished))
            {
                write(stream);
                length = stream.Length;
            }

            File.Move(unfinished, path, overwrite: true);
            return length;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            string why = Directory.Exists(path) ? "it is a folder"
                : failure is DirectoryNotFoundException ? "its folder does not exist"
                : failure.Message.ReplaceLineEndings(" ");
            throw new UserErrorException($"--output: {path} cannot be written: {why}; choose another file", failure);
        }
        finally
        {
            DeleteIfThere(unfinished);
        }
    }

    private static void DeleteIfThere(string path)
    {
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }
}
