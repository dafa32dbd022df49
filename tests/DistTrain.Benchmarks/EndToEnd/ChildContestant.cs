using DistTrain.Benchmarks.Contestants;
using DistTrain.Benchmarks.Measuring;
using DistTrain.Training;

namespace DistTrain.Benchmarks.EndToEnd;

/// <summary>A contestant in a child process, a new one for each turn.</summary>
internal sealed class ChildContestant(string name, IReadOnlyList<string> arguments) : IContestant
{
    public string Name => name;

    public int MostTurns => int.MaxValue;

    public IWarmContestant WarmUp() => new Child(name, arguments);

    private sealed class Child : IWarmContestant
    {
        private readonly string name;
        private readonly System.Diagnostics.Process process;

        public Child(string name, IReadOnlyList<string> arguments)
        {
            this.name = name;
            process = ThisProgram.Start(arguments);
            if (!ContestantCommand.IsReady(process.StandardOutput.ReadLine()))
            {
                Dispose();
                throw new UserErrorException($"{name}: its process ended before it was warm; its messages are above");
            }
        }

        public IReadOnlyList<int> Processes => [process.Id];

        public double Round()
        {
            process.StandardInput.WriteLine();
            process.StandardInput.Flush();
            return ContestantCommand.Throughput(process.StandardOutput.ReadLine())
                ?? throw new UserErrorException($"{name}: its process ended in the middle of a round; its messages are above");
        }

        public void Dispose()
        {
            process.StandardInput.Close();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
