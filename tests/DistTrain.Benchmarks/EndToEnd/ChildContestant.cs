using DistTrain.Benchmarks.Contestants;
using DistTrain.Benchmarks.Measuring;
using DistTrain.Training;

namespace DistTrain.Benchmarks.EndToEnd;

/// <summary>A contestant in a child process, warm from the first round on.</summary>
internal sealed class ChildContestant : IContestant
{
    private readonly System.Diagnostics.Process process;

    public ChildContestant(string name, IReadOnlyList<string> arguments)
    {
        Name = name;
        process = ThisProgram.Start(arguments);
        if (!ContestantCommand.IsReady(process.StandardOutput.ReadLine()))
        {
            throw new UserErrorException($"{name}: its process ended before it was warm; its messages are above");
        }
    }

    public string Name { get; }

    public int MostTurns => int.MaxValue;

    public int Process => process.Id;

    public double Round()
    {
        process.StandardInput.WriteLine();
        process.StandardInput.Flush();
        return ContestantCommand.Throughput(process.StandardOutput.ReadLine())
            ?? throw new UserErrorException($"{Name}: its process ended in the middle of a round; its messages are above");
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }
}
