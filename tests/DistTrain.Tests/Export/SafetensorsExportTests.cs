using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DistTrain.Node.Commands;
using DistTrain.Node.Export;
using DistTrain.Tests.Runs;
using DistTrain.Tests.Trained;
using DistTrain.Training;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Export;

public sealed class SafetensorsExportTests
{
    [Theory]
    [InlineData("lenet5", "modern")]
    [InlineData("lenet5", "classic")]
    [InlineData("mlp:784-33-7-10", "modern")]
    [InlineData("linear", "modern")]
    [InlineData("cnn:1x28x28-10", "modern")]
    [InlineData("autoencoder:33-7", "modern")]
    public async Task Plain_Python_finds_every_bit_by_its_name(string model, string variant)
    {
        using var folder = new TemporaryFolder();
        Checkpoint checkpoint = TrainedCheckpoint.Of(model, variant);
        string exported = await ExportAsync(TrainedCheckpoint.Write(folder.In("c"), checkpoint), folder.In("w.safetensors"));

        if (await PythonAsync(exported) is not { } lines)
        {
            Assert.Skip("needs python3");
            return;
        }

        Dictionary<string, string> metadata = JsonSerializer.Deserialize<Dictionary<string, string>>(lines[0])!;
        Assert.Equal(("pt", "30", WeightsDigest.Of(checkpoint.Weights)), (metadata["format"], metadata["step"], metadata["weightsSha256"]));
        Assert.Equal(checkpoint.Job, JobSpecJson.Read(metadata["job"], "metadata"));
        IReadOnlyList<ParameterTensor> tensors = ModelCatalog.Find(model, variant).Layout.Tensors;
        Assert.Equal(tensors.Count, lines.Length - 1);
        for (int i = 0; i < tensors.Count; i++)
        {
            JsonElement found = JsonDocument.Parse(lines[i + 1]).RootElement;
            Assert.Equal(tensors[i].Name, found.GetProperty("name").GetString());
            Assert.Equal(tensors[i].Shape, found.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()));
            string bits = string.Join(' ', checkpoint.Weights.AsSpan(tensors[i].Offset, tensors[i].Length).ToArray().Select(value => BitConverter.SingleToUInt32Bits(value).ToString("x8", CultureInfo.InvariantCulture)));
            Assert.Equal(bits, found.GetProperty("bits").GetString());
        }
    }

    [Theory]
    [InlineData("lenet5", "classic")]
    [InlineData("mlp:784-1-10", "modern")]
    public async Task Exported_imported_and_exported_again_is_the_same_file(string model, string variant)
    {
        using var folder = new TemporaryFolder();
        Checkpoint checkpoint = TrainedCheckpoint.Of(new JobSpec { Model = model, Variant = variant, Dataset = TrainedCheckpoint.Dataset, Seed = ulong.MaxValue, Name = "x-1" }, steps: 3)
            with { ClassNames = ["nought", "one \"1\""] };
        string first = await ExportAsync(TrainedCheckpoint.Write(folder.In("c"), checkpoint), folder.In("first"));

        ModelFile imported = ModelImport.Import(new ImportOptions(first, folder.In("again"), NamesModel: false, job => job, null));
        string second = await ExportAsync(folder.In("again"), folder.In("second"));

        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
        Checkpoint again = CheckpointFile.Read(folder.In("again"));
        Assert.Equal(checkpoint.Weights, again.Weights);
        Assert.Equal((checkpoint.Job, checkpoint.Step, checkpoint.Epoch, checkpoint.Normalisation), (again.Job, again.Step, again.Epoch, again.Normalisation));
        Assert.Equal(checkpoint.ClassNames, again.ClassNames);
        Assert.All(again.FirstMoment.Concat(again.SecondMoment), value => Assert.Equal(0f, value));
        Assert.Equal(WeightsDigest.Of(checkpoint.Weights), imported.WeightsSha256);
    }

    [Fact]
    public async Task Optimizer_state_does_not_change_what_is_exported()
    {
        using var folder = new TemporaryFolder();
        Checkpoint checkpoint = TrainedCheckpoint.Of("mlp:784-10", "modern", steps: 1);
        Checkpoint other = checkpoint with { FirstMoment = [.. checkpoint.Weights], SecondMoment = [.. checkpoint.Weights] };

        string one = await ExportAsync(TrainedCheckpoint.Write(folder.In("a"), checkpoint), folder.In("a.out"));
        string two = await ExportAsync(TrainedCheckpoint.Write(folder.In("b"), other), folder.In("b.out"));

        Assert.Equal(File.ReadAllBytes(one), File.ReadAllBytes(two));
    }

    [Fact]
    public async Task Output_that_cannot_be_written_is_a_one_line_error_and_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        string checkpoint = TrainedCheckpoint.Write(folder.In("c"), TrainedCheckpoint.Of("mlp:784-10", "modern", steps: 1));
        Directory.CreateDirectory(folder.In("taken"));

        var isFolder = await Assert.ThrowsAsync<UserErrorException>(() => ExportAsync(checkpoint, folder.In("taken")));
        var noParent = await Assert.ThrowsAsync<UserErrorException>(() => ExportAsync(checkpoint, folder.In("absent/w")));

        Assert.Contains("it is a folder", isFolder.Message, StringComparison.Ordinal);
        Assert.StartsWith("--output: ", noParent.Message, StringComparison.Ordinal);
        Assert.Equal(["c", "taken"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private static async Task<string> ExportAsync(string checkpoint, string output)
    {
        ModelFile written = await ModelExport.ExportAsync(new ExportOptions(checkpoint, ExportFormat.Safetensors, output), CancellationToken.None);
        Assert.Equal(new FileInfo(output).Length, written.Bytes);
        return output;
    }

    /// <summary>What the script prints, a line each; null if there is no Python.</summary>
    private static async Task<string[]?> PythonAsync(string file)
    {
        var start = new ProcessStartInfo("python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Export", "read_safetensors.py"));
        start.ArgumentList.Add(file);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }

        using (process)
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            string errors = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, errors);
            return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }
}
